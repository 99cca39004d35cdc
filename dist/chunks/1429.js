"use strict";exports.ids=[1429],exports.modules={1429:((r,s,e)=>{e.r(s),e.d(s,{Sha256:()=>t.k,SignatureV4:()=>a.B});var t=e(2068),a=e(8654)})};
