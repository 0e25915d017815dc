/** What jest sees of a module of src: environment.mjs loads it. */
export default { process: () => ({ code: 'module.exports = requireSource(__filename, require);' }) };
