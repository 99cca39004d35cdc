module.exports = require('../main/925.index.js');
