// Only what runs here can be drawn: other elements are left out of palette and menus. A file that has them opens and keeps them.
const NOT_RUN = /complex-gateway|transaction|ad-hoc|compensation|cancel|instantiate|event-based-gateway-parallel|data-(object|store|input|output)|conditional-(start|intermediate|boundary)|(start|boundary|catch|interrupting)-conditional|multiple/;
const MENUS = ['bpmn-replace', 'bpmn-append', 'bpmn-create'];

export const isRun = (id) => !NOT_RUN.test(id);

class DialectMenus {
  constructor(popupMenu, palette) {
    for (const menu of MENUS) popupMenu.registerProvider(menu, 100, this);
    palette.registerProvider(100, this);
  }

  getPopupMenuEntries() { return onlyRun; }

  getPopupMenuHeaderEntries() { return onlyRun; }

  getPaletteEntries() { return onlyRun; }
}
DialectMenus.$inject = ['popupMenu', 'palette'];

function onlyRun(entries) {
  return Object.fromEntries(Object.entries(entries).filter(([id]) => isRun(id)));
}

export const dialectModule = { __init__: ['dialectMenus'], dialectMenus: ['type', DialectMenus] };
