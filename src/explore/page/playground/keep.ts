/** Saves this tab's workspace in the browser until the tab is closed, so that reloading the page loses nothing. */
import { readWorkspace, type Workspace } from './workspace.js';

const key = 'kubechains-playground';

/** Saves nothing if the browser forbids it or the workspace is too large. */
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

/** An outdated state would be worse than none. */
function forget(): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // If storage is not available, there is nothing to remove.
  }
}
