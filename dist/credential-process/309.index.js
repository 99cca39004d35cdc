module.exports = require('../main/309.index.js');
