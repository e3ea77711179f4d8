/** Reads what is published in `results/`, for tests. */

const project = new URL("../../", import.meta.url);

/** The text of a file of the project. */
export function existing(path: string): string {
  return Deno.readTextFileSync(new URL(path, project));
}

/** All files below a folder of the project with an ending, unfinished business left out. */
export function listed(folder: string, ending: string): string[] {
  const found: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, project))) {
    if (name === ".work") continue;
    if (isDirectory) found.push(...listed(`${folder}/${name}`, ending));
    else if (name.endsWith(ending)) found.push(`${folder}/${name}`);
  }
  return found.sort();
}
