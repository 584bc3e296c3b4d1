// Words of the editors' own parts, in the language of the page.
const WORDS = {
  zh: {
    failed: '编辑器没有打开，请刷新再试。', small: '编辑需要大一些的屏幕。这里可以查看；在电脑上打开就能修改。',
    saved: (at) => `已保存 ${at}`, opened: '没有改动', dirty: '有改动，马上保存…', saving: '正在保存…', offline: '连不上服务器，改动暂存在这台电脑，连上后自动保存', blocked: '现在不能保存',
    signedOut: '登录已到期，改动还在这一页。请在新窗口登录，然后回到这里。', signIn: '在新窗口登录', conflict: (who, at) => `${who} 在 ${at} 也保存了这个文件`,
    conflictText: '两个版本都在：可以下载你的版本，再打开对方的；也可以保存你的版本，对方的留在“谁改了什么”里。', mine: '下载我的版本', original: '下载原来的文件', theirs: '下载对方的版本', reload: '打开对方的版本', keepMine: '保存我的版本',
    changed: (who, at) => `${who} 在 ${at} 改了这个文件`, changedText: '你这里还是以前的内容。', gone: (who, at) => `${who} 在 ${at} 删除了这个文件或改了名`,
    restored: '恢复了上次没有保存上的改动', drop: '不要这些改动', staleDraft: '这台电脑上有一份没有保存上的改动，但文件后来被别人改过', here: (list) => `也在这里：${list}`, close: '知道了',
    warnings: '打开时有看不懂的内容，保存会丢掉它，所以现在不能保存。请改文本或用原来的工具改好。', cannotOpen: '这个文件打不开', unresolved: (name) => `引用的“${name}”不存在，保存会丢掉这个引用`, duplicateId: (name) => `标识“${name}”用了两次`,
    lost: (place, name) => `${place} 的 ${name} 会丢失或改变`, lostText: (place) => `${place} 里文字和元素的次序会改变`, asText: '改文本',
    comments: '文件里有注释，在这里保存后就没有了', commentsText: '要留住注释，请改文本。', notUtf8: '文件的编码认不出来，请另存为 UTF-8', inText: (names) => `${names} 在这里没有图形编辑，请改文本`, inTextWhy: '上下文、列表、关系等写成的决策，改文本时照样边改边检查。',
    unknownAttribute: (name) => `看不懂属性“${name}”`, unparsable: (name, line) => `第 ${line} 行有看不懂的元素“${name}”`, line: (line) => `第 ${line} 行`,
    graph: '决策关系图', undo: '撤销', redo: '重做', fit: '适合窗口', previewTitle: '员工看到的样子', phone: '手机宽度', formName: '表单名称', formNameEnglish: '英文名称', refreshing: '正在更新预览…', previewFailed: '预览暂时打不开',
    checking: '正在检查…', checkAway: '暂时检查不了，不影响编辑', checkTooLarge: '文件太大，编辑时不检查', foundNothing: '检查没有问题', error: '错误', warning: '提醒', between: '：', and: '、', mend: (text) => `怎么改：${text}`,
    found: (errors, warnings) => `检查：${errors} 个错误，${warnings} 个提醒`,
  },
  en: {
    failed: 'The editor did not open. Reload the page.', small: 'Editing needs a larger screen. Here you can look; open it on a computer to change it.',
    saved: (at) => `Saved ${at}`, opened: 'No changes', dirty: 'Changed, saving shortly…', saving: 'Saving…', offline: 'The server cannot be reached; changes are kept on this computer and saved once it can', blocked: 'Cannot be saved now',
    signedOut: 'You have been signed out; your changes are still on this page. Sign in in a new window, then come back.', signIn: 'Sign in in a new window', conflict: (who, at) => `${who} saved this file too, ${at}`,
    conflictText: 'Both versions are there: download yours, then open theirs; or save yours, and theirs stays in “Who changed what”.', mine: 'Download mine', original: 'Download the original', theirs: 'Download theirs', reload: 'Open theirs', keepMine: 'Save mine',
    changed: (who, at) => `${who} changed this file, ${at}`, changedText: 'You still see what it was before.', gone: (who, at) => `${who} removed or renamed this file, ${at}`,
    restored: 'Changes that had not been saved were brought back', drop: 'Drop these changes', staleDraft: 'This computer has changes that were not saved, but somebody changed the file since', here: (list) => `Also here: ${list}`, close: 'Close',
    warnings: 'The file holds something that is not understood here; saving would lose it, so it cannot be saved. Mend its text, or mend it in the tool it comes from.', cannotOpen: 'This file cannot be opened', unresolved: (name) => `A reference to “${name}”, which does not exist, would be lost`, duplicateId: (name) => `The id “${name}” is used twice`,
    lost: (place, name) => `${name} of ${place} would be lost or changed`, lostText: (place) => `Texts and elements in ${place} would be put in another order`, asText: 'Edit the text',
    comments: 'The file has comments; saving it here drops them', commentsText: 'To keep them, edit the text.', notUtf8: 'The encoding of the file is not known; save it as UTF-8', inText: (names) => `${names} cannot be edited as a drawing; edit the text`, inTextWhy: 'Decisions made of contexts, lists or relations are checked just the same while their text is edited.',
    unknownAttribute: (name) => `The attribute “${name}” is not understood`, unparsable: (name, line) => `Line ${line}: the element “${name}” is not understood`, line: (line) => `Line ${line}`,
    graph: 'Requirements', undo: 'Undo', redo: 'Redo', fit: 'Fit to window', previewTitle: 'As staff see it', phone: 'Phone width', formName: 'Name of the form', formNameEnglish: 'English name', refreshing: 'Updating the preview…', previewFailed: 'The preview is not available',
    checking: 'Checking…', checkAway: 'Cannot be checked at the moment; editing goes on', checkTooLarge: 'Too large to be checked while editing', foundNothing: 'The checks found nothing', error: 'Error', warning: 'Warning', between: ': ', and: ', ', mend: (text) => `How to mend it: ${text}`,
    found: (errors, warnings) => `Checks: ${errors} ${errors === 1 ? 'error' : 'errors'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
  },
};

export const english = document.documentElement.lang.startsWith('en');
export const words = english ? WORDS.en : WORDS.zh;
