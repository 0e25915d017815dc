#!/usr/bin/env node
/** Builds dist/ with rolldown.config.mjs. The bundler's own command lists every file; this prints only errors. */
import { build } from 'rolldown';
import { buildPage, writeWhole } from './build-page.mjs';
import configuration from '../rolldown.config.mjs';

// In sequence, because the first part empties the folder to which all write.
for (const part of configuration) await build(part);
writeWhole('dist/explorer.html', await buildPage());
