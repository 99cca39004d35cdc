module.exports = require('../main/703.index.js');
