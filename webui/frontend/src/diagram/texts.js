// Words of the diagram, in the language of the page.
const WORDS = {
  zh: {
    diagram: '流程图', zoomIn: '放大', zoomOut: '缩小', fit: '适合窗口', toolbar: '流程图工具',
    active: '进行中', done: '已完成', cancelled: '已取消', failed: '流程图显示不出来', nothing: '还没有执行', separator: '、', colon: ':', stop: ';',
    tokens: (count) => `${count} 个令牌在这里`, visits: (count) => `执行过 ${count} 次`,
  },
  en: {
    diagram: 'Process diagram', zoomIn: 'Zoom in', zoomOut: 'Zoom out', fit: 'Fit to window', toolbar: 'Diagram tools',
    active: 'Active', done: 'Done', cancelled: 'Cancelled', failed: 'The diagram cannot be shown', nothing: 'Nothing has run yet',
    separator: ', ', colon: ': ', stop: '; ',
    tokens: (count) => `${count} token${count === 1 ? '' : 's'} here`, visits: (count) => `run ${count} times`,
  },
};

export const english = document.documentElement.lang.startsWith('en');
export const words = english ? WORDS.en : WORDS.zh;
