const duties = new Set<() => void>();

/**
 * Sees to it that something is done at the latest when this process ends: folders removed, children killed.
 *
 * @returns the call that lifts the duty, once it is done.
 */
export function beforeExit(duty: () => void): () => void {
  // One listener for all: Node warns of a leak when there are more than ten.
  if (duties.size === 0) process.once('exit', doAll);
  duties.add(duty);
  return () => {
    duties.delete(duty);
    if (duties.size === 0) process.off('exit', doAll);
  };
}

function doAll(): void {
  for (const duty of duties) duty();
}
