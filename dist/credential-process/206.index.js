module.exports = require('../main/206.index.js');
