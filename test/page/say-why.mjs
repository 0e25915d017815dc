import { existsSync } from 'node:fs';
import process from 'node:process';

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Passes the browser to use to the tests; prints why they are skipped if there is none. */
export default function sayWhy() {
  const found = [process.env.CHROMIUM, ...usual].find((path) => path && existsSync(path));
  process.env.KUBECHAINS_CHROMIUM = found ?? '';
  if (found === undefined)
    console.error('test:page: skipped, there is no Chromium (CHROMIUM names one; on Debian: apt-get install chromium)');
}
