// Each PNG that is named, with a palette instead of three bytes a pixel: a third of the size, and no colour is lost to the eye.
const fs = require('node:fs');
const sharp = require('sharp');

const palette = { palette: true, colours: 256, dither: 0, effort: 10, compressionLevel: 9 };

Promise.all(process.argv.slice(2).map(async (file) => {
  const smaller = await sharp(fs.readFileSync(file)).png(palette).toBuffer();
  fs.writeFileSync(file, smaller);
}));
