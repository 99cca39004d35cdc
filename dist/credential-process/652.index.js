module.exports = require('../main/652.index.js');
