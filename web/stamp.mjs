// Writes what the assets were built from, so that a test can tell when they are out of date.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

const own = ['index.html', 'package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts'];
const sources = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
  .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/'));
const digest = createHash('sha256');
for (const path of [...own, ...sources].sort()) {
  digest.update(`${path}\0`);
  digest.update(readFileSync(path));
  digest.update('\0');
}
writeFileSync(
  '../audiosvc/web/build.json',
  `${JSON.stringify({ sources_sha256: digest.digest('hex') })}\n`,
);
