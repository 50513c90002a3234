/** A file with its path below what was chosen. */
export interface ChosenFile {
  readonly path: string;
  readonly file: Blob;
}

const MANIFEST = "manifest.json";

/**
 * The files of the one model among chosen ones, by their names: those beside the manifest that lies least
 * deep, so that a run's folder does as well as the model in it.
 *
 * @throws {RangeError} if there is no model among them, or more than one.
 */
export function modelFiles(chosen: readonly ChosenFile[]): Map<string, Blob> {
  const depth = (path: string) => path.split("/").length;
  const manifests = chosen.map(({ path }) => path).filter((path) => nameOf(path) === MANIFEST)
    .sort((a, b) => depth(a) - depth(b));
  if (manifests.length === 0) {
    throw new RangeError(
      `A model's folder has a ${MANIFEST}, and none of the ${chosen.length} files given is one.`,
    );
  }
  if (manifests.length > 1 && depth(manifests[0]) === depth(manifests[1])) {
    throw new RangeError(
      `One model at a time is shown, and ${manifests[0]} and ${manifests[1]} are two.`,
    );
  }
  const folder = manifests[0].slice(0, -MANIFEST.length);
  return new Map(
    chosen.filter(({ path }) => path === folder + nameOf(path))
      .map(({ path, file }) => [nameOf(path), file]),
  );
}

const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/** Files of an `<input type="file" webkitdirectory>`. */
export const filesOf = (list: FileList): ChosenFile[] =>
  [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

/** All files below what was dropped on the page. */
export async function droppedFiles(data: DataTransfer): Promise<ChosenFile[]> {
  // The list is emptied once this function gives way, so entries are taken first.
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found: ChosenFile[] = [];
  for (const entry of entries) await walk(entry, found);
  return found;
}

async function walk(entry: FileSystemEntry, found: ChosenFile[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject)
    );
    found.push({ path: entry.fullPath.replace(/^\//, ""), file });
  } else {
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    for (;;) {
      // Browsers give a folder's entries in batches.
      const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject)
      );
      if (batch.length === 0) return;
      for (const inner of batch) await walk(inner, found);
    }
  }
}
