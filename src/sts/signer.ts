export { Sha256 } from '@smithy/core/checksum';
export { SignatureV4 } from '@smithy/signature-v4';
