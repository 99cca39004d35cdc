module.exports = require('../main/270.index.js');
