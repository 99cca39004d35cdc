module.exports = require('../main/981.index.js');
