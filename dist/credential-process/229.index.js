module.exports = require('../main/229.index.js');
