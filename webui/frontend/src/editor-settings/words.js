// Words of the form of pack.toml, in the language of the page.
import { english } from '../editor/words.js';

const PAIRS = {
  form: ['设置', 'Settings'], text: ['文本', 'Text'], views: ['怎样修改', 'How to edit'],
  broken: ['文本里有写错的地方，先在这里改好', 'The text has a mistake; mend it here first'],
  refused: ['这一处不能在表单里改，请在文本里改', 'This cannot be changed in the form; change it in the text'],
  away: ['连不上服务器，改动还在这一页，连上后继续', 'The server cannot be reached; the changes are on this page and go on once it can'],
  pack: ['流程包', 'Pack'], name: ['名称', 'Name'], nameEn: ['英文名称', 'English name'], key: ['标识', 'Key'],
  keyStays: ['图和数据用它引用，不能改', 'Diagrams and data refer to it; it stays'],
  document: ['受控文件的文头与文尾', 'Head and foot of the controlled document'],
  title: ['文案名称', 'Title'], title_en: ['文案名称（英文）', 'Title in English'], status: ['受控状态', 'Status'], status_en: ['受控状态（英文）', 'Status in English'],
  number: ['编号', 'Number'], department: ['执行部门', 'Carried out by'], department_en: ['执行部门（英文）', 'Carried out by, in English'],
  supervision: ['监督部门', 'Supervised by'], supervision_en: ['监督部门（英文）', 'Supervised by, in English'],
  verification: ['考证部门', 'Verified by'], verification_en: ['考证部门（英文）', 'Verified by, in English'],
  prepared_on: ['编制日期', 'Prepared on'], reviewed_on: ['审核日期', 'Reviewed on'], approved_on: ['批准日期', 'Approved on'],
  prepared_by: ['编制人', 'Prepared by'], reviewed_by: ['审核人', 'Reviewed by'], approved_by: ['批准人', 'Approved by'],
  revision_mark: ['修改标记', 'Revision mark'], revision_count: ['修改处数', 'Places revised'], revised_on: ['修改日期', 'Revised on'],
  roles: ['岗位', 'Roles'], roleDepartment: ['部门', 'Department'], roleDepartmentEn: ['部门（英文）', 'Department in English'],
  canStart: ['可以发起的流程', 'Processes they may start'], duties: ['职责：由这个岗位做的事', 'Duties: what this role does'],
  addRole: ['增加岗位', 'Add a role'], removeRole: ['删除这个岗位', 'Remove this role'],
  records: ['台账', 'Registers'], addRecord: ['增加台账', 'Add a register'], removeRecord: ['删除这个台账', 'Remove this register'],
  recordForm: ['表单：它的字段就是台账的字段', 'Form: its fields are the fields of the register'], recordTitle: ['名称字段', 'Field with the name'],
  uses: ['字段用在哪里', 'What the fields are used for'], field: ['字段', 'Field'], list: ['列表的列', 'Column'], search: ['搜索', 'Search'], filters: ['筛选', 'Filter'],
  unique: ['不能重复', 'Unique'], people: ['填人', 'A person'], duplicates: ['疑似重复', 'Likely twice'],
  columns: ['列的次序', 'Order of the columns'], up: ['上移', 'Move up'], down: ['下移', 'Move down'],
  sort: ['列表开头的次序', 'Order of the list'], newest: ['最近更新的在前', 'Last changed first'], ascending: ['从小到大', 'Ascending'], descending: ['从大到小', 'Descending'],
  who: ['谁可以', 'Who may'], role: ['岗位', 'Role'], view: ['查看', 'See'], edit: ['修改', 'Change'], create: ['新建和导入', 'Create and import'], archive: ['停用和恢复', 'Archive and restore'],
  apart: ['和“修改”分开规定', 'Apart from “change”'],
  rights: ['限制的字段', 'Restricted fields'], rightsHint: ['没有列出的岗位看不到这些字段。', 'Roles without a choice do not see these fields.'],
  restrict: ['限制一个字段', 'Restrict a field'], free: ['不再限制', 'Restrict no longer'], hidden: ['看不到', 'Hidden'], read: ['只看', 'See'], write: ['可填', 'Fill in'],
  none: ['（没有）', '(none)'], add: ['增加', 'Add'], missing: (name) => [`“${name}”不存在`, `“${name}” does not exist`],
  newKey: ['标识（小写字母、数字和下划线，以后不能改）', 'Key (small letters, digits, underscores; stays)'], keyTaken: ['这个标识已经有了', 'This key is taken'], keyBad: ['标识以小写字母开头，只用小写字母、数字和下划线', 'A key begins with a small letter and has only small letters, digits and underscores'],
  sure: (name) => [`删除“${name}”？可以撤销。`, `Remove “${name}”? It can be undone.`], noFields: ['先选表单，再选字段。', 'Choose a form first, then its fields.'],
  way: { name: ['同名', 'Same name'], telephone: ['同号码', 'Same number'], credit_code: ['同信用代码', 'Same credit code'], text: ['相同', 'Same text'] },
  setting: (what, field) => [`${field}：${what}`, `${field}: ${what}`],
};
const one = (pair) => pair[english ? 1 : 0];
const spoken = ([key, value]) => [key, Array.isArray(value) ? one(value) : typeof value === 'function' ? (...given) => one(value(...given)) : Object.fromEntries(Object.entries(value).map(spoken))];

export const said = Object.fromEntries(Object.entries(PAIRS).map(spoken));
export const pick = (zh, en) => (english && en) || zh;
