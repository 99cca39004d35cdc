"use strict";exports.id=429,exports.ids=[429],exports.modules={1429:((r,s,e)=>{e.r(s),e.d(s,{Sha256:()=>t.k,SignatureV4:()=>d.B});var t=e(2068),d=e(8654)})};
