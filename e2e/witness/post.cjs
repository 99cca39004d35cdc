const left = Object.keys(process.env)
  .filter((name) => /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|PROFILE)$/.test(name))
  .filter((name) => process.env[name] !== '')
  .sort();
console.log(`credentials left: ${left.join(' ') || 'none'}`);
