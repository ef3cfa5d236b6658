import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: ["node_modules", ".demo", ".cache", "coverage", "migrations"] },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers and counts in messages are read by people; String(n) around each would only be noise.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: false, skipComments: true }],
      "no-console": "error",
    },
  },
  {
    // Tests are read as stories: a describe block may be long, and a terminal program prints.
    files: ["test/**", "bench/**", "src/cli.ts", "src/demo.ts"],
    rules: { "max-lines-per-function": "off", "no-console": "off" },
  },
);
