// The manual: Markdown pages that ship inside the program, so that they fit the version that runs.
// The web serves them under /docs, chat answers `help <topic>` from the same files.
// A page is named as its file; its first heading is its title, the paragraph after it its summary.
// `commands.md` and `problems.md` are made from the code and held equal to it by tests.
// Written for members, maintainers, operators and contributors; `index.md` lists the pages by reader.
export { openDocs, type DocPage, type Docs } from "./docs.ts";
