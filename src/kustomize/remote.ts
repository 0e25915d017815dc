/**
 * Whether kustomize would fetch this with git or HTTP: a URL, `git@host:…`, `github.com/owner/name…`, or
 * `host/path?ref=…`.
 */
export function isRemote(text: string): boolean {
  return (
    /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ||
    /^(?:git::|[\w.-]+@[\w.-]+:|github\.com[/:])/i.test(text) ||
    /\?(?:ref|version|timeout|submodules)=/.test(text) ||
    /^[\w-]+(?:\.[\w-]+)+(?::\d+)?\/.*(?:\.git\b|\/\/)/.test(text)
  );
}
