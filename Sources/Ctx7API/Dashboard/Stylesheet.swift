/// The style of all pages. It stands in each page, so that nothing has to be loaded.
enum Stylesheet {
  static let text: StaticString = """
    :root {
      color-scheme: light dark;
      --ground: #f6f7f9; --card: #fff; --text: #1b2430; --soft: #5a6675; --line: #dde2e8;
      --accent: #1f5fbf; --good: #1f7a3d; --warn: #946200; --bad: #b3261e; --idle: #69737f;
      --good-fill: #4caf6d; --warn-fill: #e0a21a; --bad-fill: #dc5a50; --idle-fill: #a3adb8; --run-fill: #4d8de0;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ground: #12161c; --card: #1a2028; --text: #e4e9ef; --soft: #9aa7b5; --line: #2c3540;
        --accent: #8ab8f5; --good: #74cf90; --warn: #ecc15c; --bad: #f2938b; --idle: #97a3b0;
        --good-fill: #3f9a5c; --warn-fill: #c48c14; --bad-fill: #cf4f45; --idle-fill: #5d6874; --run-fill: #3f7fd4;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0; background: var(--ground); color: var(--text);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
    }
    header, main, footer { max-width: 84rem; margin: 0 auto; padding: 0 1.25rem; }
    header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .5rem 1rem; padding-top: 1.5rem; }
    h1 { font-size: 1.4rem; margin: 0; letter-spacing: -.01em; }
    h1 a { color: inherit; text-decoration: none; }
    h2 { font-size: 1.05rem; margin: 0 0 .75rem; }
    a { color: var(--accent); }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
    .skip { position: absolute; left: -999rem; }
    .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .25rem .75rem; }
    .soft { color: var(--soft); }
    section {
      background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin: 1.1rem 0;
      padding: 1rem 1.1rem; overflow-x: auto;
    }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .8rem; margin: 1.1rem 0; padding: 0; }
    .figures div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .75rem 1rem; }
    .figures dt { color: var(--soft); font-size: .82rem; }
    .figures dd { margin: 0; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
    caption { position: absolute; left: -999rem; }
    th { text-align: left; font-weight: 600; font-size: .8rem; color: var(--soft); white-space: nowrap; }
    th, td { padding: .5rem .9rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: middle; }
    tbody tr:last-child > * { border-bottom: 0; }
    tbody th { font-size: 1rem; color: inherit; }
    tbody th small, td small, dd small { display: block; font-weight: 400; color: var(--soft); font-size: .82rem; }
    td.number, th.number { text-align: right; }
    td.text { overflow-wrap: anywhere; min-width: 14rem; }
    td small { white-space: normal; max-width: 22rem; overflow-wrap: anywhere; }
    time, .state, .actions { white-space: nowrap; }
    .state::before {
      content: ""; display: inline-block; width: .6em; height: .6em; border-radius: 50%; margin-right: .45em;
      background: var(--idle-fill);
    }
    .good { color: var(--good); } .good::before { background: var(--good-fill); }
    .warn { color: var(--warn); } .warn::before { background: var(--warn-fill); }
    .bad { color: var(--bad); } .bad::before { background: var(--bad-fill); }
    .idle { color: var(--idle); }
    .run { color: var(--accent); } .run::before { background: var(--run-fill); }
    tbody th { white-space: normal; }
    svg { display: block; max-width: 100%; height: auto; }
    svg .good { fill: var(--good-fill); } svg .warn { fill: var(--warn-fill); } svg .bad { fill: var(--bad-fill); }
    svg .idle { fill: var(--idle-fill); } svg .run { fill: var(--run-fill); }
    svg .axis { stroke: var(--line); } svg text { fill: var(--soft); font: 11px system-ui, sans-serif; }
    form { display: inline; }
    button {
      font: inherit; font-size: .85rem; color: var(--accent); background: transparent; border: 1px solid var(--line);
      border-radius: 6px; padding: .2rem .6rem; cursor: pointer;
    }
    button:hover { border-color: var(--accent); }
    footer { color: var(--soft); font-size: .82rem; padding-bottom: 2rem; }
    @media (max-width: 50rem) { .wide { display: none; } }
    @media print { button, .skip { display: none; } }
    """
}
