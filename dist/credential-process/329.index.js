module.exports = require('../main/329.index.js');
