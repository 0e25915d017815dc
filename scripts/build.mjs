#!/usr/bin/env node
/**
 * Builds dist/ by rolldown.config.mjs. The bundler's own command lists every file; this says nothing but what is wrong.
 */
import { build } from 'rolldown';
import { buildPage, writeWhole } from './build-page.mjs';
import configuration from '../rolldown.config.mjs';

// One after the other: the first empties the folder that all write to.
for (const part of configuration) await build(part);
writeWhole('dist/explorer.html', await buildPage());
