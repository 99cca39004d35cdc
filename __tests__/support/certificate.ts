export { makeCertificate } from '../../sandbox/certificate.js';
