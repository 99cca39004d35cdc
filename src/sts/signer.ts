// Its own chunk: calls that carry a token are not signed.
export { Sha256 } from '@smithy/core/checksum';
export { SignatureV4 } from '@smithy/signature-v4';
