/** What this tab works on, kept by the browser until the tab is closed: loading the page anew loses nothing. */
import { readWorkspace, type Workspace } from './workspace.js';

const key = 'kubechains-playground';

/** Keeps nothing where the browser does not let it, or where it is too large. */
export function keepWorkspace(workspace: Workspace): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(workspace));
  } catch {
    forget();
  }
}

export function keptWorkspace(): Workspace | undefined {
  try {
    return readWorkspace(JSON.parse(sessionStorage.getItem(key) ?? 'null'));
  } catch {
    return undefined;
  }
}

/** An older state would be worse than none. */
function forget(): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // Where nothing can be kept, there is nothing to forget.
  }
}
