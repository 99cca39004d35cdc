module.exports = require('../main/937.index.js');
