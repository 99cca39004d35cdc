module.exports = require('../main/530.index.js');
