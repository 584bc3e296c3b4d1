// An answer shows what the form was when it was sent. What has been typed since stays; everything else stands as the answer says, also what had been
// touched before: a browser keeps showing what was ticked or chosen by hand, whatever the page says.
import { formOf } from './forms-queue.js';
import { renamed } from './forms-rows.js';

const isTick = (control) => control.type === 'radio' || control.type === 'checkbox';
const keyOf = (control) => (isTick(control) ? `${control.name}=${control.value}` : control.name);

const KINDS = {
  tick: { now: (one) => one.checked, given: (one) => one.defaultChecked, show: (one, value) => { one.checked = value; } },
  select: {
    now: (one) => one.value,
    given: (one) => ([...one.options].find((option) => option.defaultSelected) ?? one.options[0])?.value ?? '',
    show: (one, value) => { if ([...one.options].some((option) => option.value === value)) one.value = value; },
  },
  text: { now: (one) => one.value, given: (one) => one.defaultValue, show: (one, value) => { one.value = value; } },
};
const kindOf = (control) => KINDS[isTick(control) ? 'tick' : control.type === 'select-one' ? 'select' : 'text'];

const controlsOf = (form) => [...form.elements].filter((one) => one.name && one.matches('input:not([type=hidden], [type=file]), select, textarea'));
const statesOf = (form) => new Map(controlsOf(form).map((control) => [keyOf(control), kindOf(control).now(control)]));

document.addEventListener('htmx:before:request', (event) => {
  const { ctx } = event.detail;
  const form = formOf(ctx);
  if (form) ctx.statesSent = statesOf(form);
});

document.addEventListener('htmx:before:swap', (event) => {
  const { ctx } = event.detail;
  if (!ctx.statesSent || ctx.response.status === 204 || ctx.target !== formOf(ctx)) return;
  const since = [...statesOf(ctx.target)].filter(([key, value]) => ctx.statesSent.has(key) && ctx.statesSent.get(key) !== value);
  const done = ctx.response.status === 200 ? ctx.request.submitter?.value ?? '' : '';
  ctx.statesSince = new Map(since.map(([key, value]) => [renamed(key, done), value]));
});

document.addEventListener('htmx:after:swap', (event) => {
  const { ctx } = event.detail;
  if (!ctx.statesSince || !ctx.target.isConnected) return;
  for (const control of controlsOf(ctx.target)) {
    const kind = kindOf(control);
    const key = keyOf(control);
    const wanted = ctx.statesSince.has(key) ? ctx.statesSince.get(key) : kind.given(control);
    if (kind.now(control) !== wanted) kind.show(control, wanted);
  }
});
