import { nearest } from './nearest.js';

/** AWS's Regions of today, and the names that stand for a whole partition. A test compares them with the AWS SDK's. */
export const REGIONS: ReadonlySet<string> = new Set(
  `us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 ca-west-1 mx-central-1 sa-east-1 sa-west-1
   eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 eusc-de-east-1
   ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
   ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
   af-south-1 il-central-1 me-central-1 me-south-1 me-west-1 cn-north-1 cn-northwest-1 us-gov-east-1 us-gov-west-1
   us-iso-east-1 us-iso-west-1 us-isob-east-1 us-isob-west-1 eu-isoe-west-1 us-isof-east-1 us-isof-south-1
   aws-global aws-cn-global aws-us-gov-global aws-iso-global aws-iso-b-global aws-iso-e-global aws-iso-f-global`.split(
    /\s+/,
  ),
);

/** An area, a point of the compass and a number: what every Region has been called so far. */
const SHAPE =
  /^(?:[a-z]{2}|[a-z]{2}-(?:gov|iso[a-z]?)|[a-z]{4}-[a-z]{2})-(?:north|south|east|west|central|(?:north|south)(?:east|west))-[1-9]\d?$/;

/**
 * Whether a Region of that name may exist. AWS opens Regions more often than this list is renewed, so that a name
 * that is not in it may still be asked, as long as it has the shape of one.
 */
export function mayBeRegion(name: string): boolean {
  return REGIONS.has(name) || SHAPE.test(name);
}

/** The Region that was probably meant, also by `US_EAST_1`, `useast1`, a zone (`us-east-1a`), or between quotes. */
export function nearestRegion(text: string): string | undefined {
  const plain = text
    .slice(0, 64)
    .toLowerCase()
    .replace(/["'`]/g, '')
    .replace(/[\s_]+/g, '-');
  return nearest(plain, REGIONS, 3);
}
