"use strict";exports.id=270,exports.ids=[270],exports.modules={1270:(s,e,r)=>{r.d(e,{Sha256:()=>t.k,SignatureV4:()=>d.B});var t=r(2068),d=r(8654)}};
