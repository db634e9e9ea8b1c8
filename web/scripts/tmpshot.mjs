import { browser, context, desktop, phone, call } from './practice.mjs';
const [,, base, pass, ...want] = process.argv;
const chromium = await browser();
for (const [size, sname] of [[desktop,'desktop'],[phone,'phone']]) for (const scheme of ['light','dark']) {
  const own = await context(chromium, size, scheme);
  const page = await own.newPage();
  await page.goto(base + '/');
  await page.getByLabel('Login').fill('demo-therapist');
  await page.getByLabel('Password', {exact:true}).fill(pass);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForTimeout(800);
  const courses = (await call(page, 'GET', '/courses')).items ?? await call(page,'GET','/courses');
  const mine = courses.filter((c)=>!c.ended_on);
  // the course with most open alerts / a plan
  let target = null, session=null, holds=null;
  for (const c of mine) {
    const plan = await call(page,'GET',`/courses/${c.id}/plan`).catch(()=>null);
    if (!plan) continue;
    const h = plan.techniques.some(t=>t.held.length);
    if (h && !holds) holds = c.id;
    const ss = (await call(page,'GET',`/courses/${c.id}/sessions`)).items;
    const next = ss.map(s=>s.session??s).find(s=>!s.began_at && !s.attendance);
    if (next && (!target || plan.planned.length)) { target = c.id; session = next.id ?? next.session?.id; }
  }
  const alert = mine.find(c=>c.open_alerts.includes('off_track')) ?? mine.find(c=>c.open_alerts.length);
  const pages = { before: `/courses/${target}/sessions/${session}`, plan: `/courses/${holds ?? target}/plan`, feedback: `/courses/${alert?.id}/feedback`, today: '/today', caseload: '/caseload', map: `/courses/${target}/map` , safety:`/courses/${holds??target}/safety`, ending:`/courses/${target}/ending`};
  if (sname==='desktop'&&scheme==='light') console.log(JSON.stringify(pages), !!holds);
  for (const [name, path] of Object.entries(pages)) {
    if (want.length && !want.includes(name)) continue;
    await page.goto(base + path);
    await page.waitForTimeout(1500);
    await page.screenshot({ path: `/tmp/shots/${name}-${sname}-${scheme}.png`, fullPage: sname==='phone' });
    const w = await page.evaluate(()=>[document.documentElement.scrollWidth, innerWidth]);
    if (w[0]>w[1]) console.log('WIDE', name, sname, w);
  }
  await own.close();
}
await chromium.close();
