// Stands for the modules of packages that are loaded by a part of a library that nobody here uses: see quick-start.ts.
export {};
