// A page that was sent bit by bit while something ran ends with where to go on: this module runs when the whole page is there.
document.querySelector('[data-follow]')?.click();
