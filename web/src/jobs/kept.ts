/** What stays in this browser: recordings on their way or to listen to, and corrections. */

import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { NO_EDITS, type Edits } from '../transcript/edits';

interface Kept extends DBSchema {
  recordings: { key: string; value: { file: Blob; name: string } };
  edits: { key: string; value: Edits };
}

let opened: Promise<IDBPDatabase<Kept>> | null = null;

function database(): Promise<IDBPDatabase<Kept>> {
  opened ??= openDB<Kept>('audiosvc', 1, {
    upgrade(made) {
      made.createObjectStore('recordings');
      made.createObjectStore('edits');
    },
  });
  return opened;
}

/** False when the browser has no room, or keeps nothing, as some do in private windows. */
export async function keepRecording(job: string, file: Blob, name: string): Promise<boolean> {
  try {
    await (await database()).put('recordings', { file, name }, job);
    return true;
  } catch {
    return false;
  }
}

export async function recordingOf(job: string): Promise<Blob | null> {
  try {
    return (await (await database()).get('recordings', job))?.file ?? null;
  } catch {
    return null;
  }
}

export async function keepEdits(job: string, edits: Edits): Promise<boolean> {
  try {
    await (await database()).put('edits', edits, job);
    return true;
  } catch {
    return false;
  }
}

export async function editsOf(job: string): Promise<Edits> {
  try {
    return (await (await database()).get('edits', job)) ?? NO_EDITS;
  } catch {
    return NO_EDITS;
  }
}

export async function forget(job: string): Promise<void> {
  try {
    const all = await database();
    await Promise.all([all.delete('recordings', job), all.delete('edits', job)]);
  } catch {
    // Nothing was kept.
  }
}
