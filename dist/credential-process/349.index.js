module.exports = require('../main/349.index.js');
