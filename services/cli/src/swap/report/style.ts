/** Of the report: for screens, narrow ones too, and for paper. */
export const STYLE = `
body{font:16px/1.5 system-ui,sans-serif;color:#1f2328;background:#fff;margin:0}
main{max-width:820px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:24px;line-height:1.25;overflow-wrap:anywhere}h2{font-size:19px;margin:36px 0 8px;border-bottom:1px solid #d0d7de;padding-bottom:4px}h3{font-size:15px;margin:20px 0 6px}
.verdict{font-size:19px;font-weight:600;padding:14px 16px;border-radius:6px;border-left:6px solid}
.verdict.good{background:#eefaf0;border-color:#1a7f37}.verdict.bad{background:#fdf0ee;border-color:#b42318}.verdict.open{background:#fdf6e3;border-color:#9a6700}
span.good{color:#1a7f37;font-weight:600}span.bad{color:#b42318;font-weight:600}span.open{color:#9a6700;font-weight:600}span.quiet{color:#6e7781}
.why{overflow-wrap:anywhere}.small{color:#57606a;font-size:14px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:12px}.cards section{border:1px solid #d0d7de;border-radius:6px;padding:4px 14px}.cards h3{margin:10px 0 2px}.cards p{margin:0 0 10px;font-size:15px}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14px;margin:8px 0}th,td{text-align:left;vertical-align:top;padding:5px 10px 5px 0;border-bottom:1px solid #eaeef2;overflow-wrap:break-word}td:last-child{overflow-wrap:anywhere}th{color:#57606a;font-weight:600;white-space:nowrap}
svg{width:100%;height:auto;display:block}svg text{font:13px system-ui,sans-serif;fill:#1f2328}svg .tick{fill:#57606a;font-size:12px}
@media print{main{max-width:none;padding:0}h2{break-after:avoid}}
`;
