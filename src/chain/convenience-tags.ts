import { ActionError } from '../core/errors.js';
import type { Tag } from '../inputs/custom-tags.js';

/**
 * Asks for a session with all tags, and once more without the convenience ones where it is too large with them.
 * @param ask for the session; its error is thrown where fewer tags would not help
 */
export async function withoutTagsThatDoNotFit<T>(
  tags: readonly Tag[],
  info: (line: string) => void,
  ask: (tags: readonly Tag[]) => Promise<T>,
): Promise<T> {
  try {
    return await ask(tags);
  } catch (error) {
    const dropped = tags.filter((tag) => tag.droppable).map(({ key }) => key);
    const isTooLarge = error instanceof ActionError && error.code === 'SESSION_TOO_LARGE';
    if (!isTooLarge || dropped.length === 0) throw error;
    info(`The session is too large; trying once more without the tags ${dropped.join(', ')}.`);
    return await ask(tags.filter((tag) => !tag.droppable));
  }
}
