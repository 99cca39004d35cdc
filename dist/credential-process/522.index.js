module.exports = require('../main/522.index.js');
