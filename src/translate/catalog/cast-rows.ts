/**
 * pg_cast of PostgreSQL 18 without casts through text: `source:target:function:context`; function 0 is a cast that
 * changes no bytes, the context i implicit, a assignment, e explicit.
 */
export const CAST_ROWS = `
bool:int4:2558:e bool:text:2971:a bool:bpchar:2971:a bool:varchar:2971:a bytea:int8:6372:e bytea:int2:6370:e
bytea:int4:6371:e char:int4:77:e char:text:946:i char:bpchar:860:a char:varchar:946:a name:text:406:i
name:bpchar:408:a name:varchar:1401:a int8:bytea:6369:e int8:int2:714:a int8:int4:480:a int8:regproc:1287:i
int8:oid:1287:i int8:float4:652:i int8:float8:482:i int8:money:3812:a int8:bit:2075:e int8:numeric:1781:i
int8:regprocedure:1287:i int8:regoper:1287:i int8:regoperator:1287:i int8:regclass:1287:i int8:regtype:1287:i
int8:regconfig:1287:i int8:regdictionary:1287:i int8:regnamespace:1287:i int8:regrole:1287:i
int8:regcollation:1287:i int2:bytea:6367:e int2:int8:754:i int2:int4:313:i int2:regproc:313:i int2:oid:313:i
int2:float4:236:i int2:float8:235:i int2:numeric:1782:i int2:regprocedure:313:i int2:regoper:313:i
int2:regoperator:313:i int2:regclass:313:i int2:regtype:313:i int2:regconfig:313:i int2:regdictionary:313:i
int2:regnamespace:313:i int2:regrole:313:i int2:regcollation:313:i int4:bool:2557:e int4:bytea:6368:e int4:char:78:e
int4:int8:481:i int4:int2:314:a int4:regproc:0:i int4:oid:0:i int4:float4:318:i int4:float8:316:i int4:money:3811:a
int4:bit:1683:e int4:numeric:1740:i int4:regprocedure:0:i int4:regoper:0:i int4:regoperator:0:i int4:regclass:0:i
int4:regtype:0:i int4:regconfig:0:i int4:regdictionary:0:i int4:regnamespace:0:i int4:regrole:0:i
int4:regcollation:0:i regproc:int8:1288:a regproc:int4:0:a regproc:oid:0:i regproc:regprocedure:0:i text:char:944:a
text:name:407:i text:xml:2896:e text:bpchar:0:i text:varchar:0:i text:regclass:1079:i oid:int8:1288:a oid:int4:0:a
oid:regproc:0:i oid:regprocedure:0:i oid:regoper:0:i oid:regoperator:0:i oid:regclass:0:i oid:regtype:0:i
oid:regconfig:0:i oid:regdictionary:0:i oid:regnamespace:0:i oid:regrole:0:i oid:regcollation:0:i xml:text:0:a
xml:bpchar:0:a xml:varchar:0:a pg_node_tree:text:0:i point:box:4091:a lseg:point:1532:e path:polygon:1449:a
box:point:1534:e box:lseg:1541:e box:polygon:1448:a box:circle:1479:e polygon:point:1540:e polygon:path:1447:a
polygon:box:1446:e polygon:circle:1474:e cidr:text:730:a cidr:inet:0:i cidr:bpchar:730:a cidr:varchar:730:a
float4:int8:653:a float4:int2:238:a float4:int4:319:a float4:float8:311:i float4:numeric:1742:a float8:int8:483:a
float8:int2:237:a float8:int4:317:a float8:float4:312:a float8:numeric:1743:a circle:point:1416:e circle:box:1480:e
circle:polygon:1544:e macaddr8:macaddr:4124:i money:numeric:3823:a macaddr:macaddr8:4123:i inet:text:730:a
inet:cidr:1715:a inet:bpchar:730:a inet:varchar:730:a bpchar:char:944:a bpchar:name:409:i bpchar:text:401:i
bpchar:xml:2896:e bpchar:bpchar:668:i bpchar:varchar:401:i varchar:char:944:a varchar:name:1400:i varchar:text:0:i
varchar:xml:2896:e varchar:bpchar:0:i varchar:varchar:669:i varchar:regclass:1079:i date:timestamp:2024:i
date:timestamptz:1174:i time:time:1968:i time:interval:1370:i time:timetz:2047:i timestamp:date:2029:a
timestamp:time:1316:a timestamp:timestamp:1961:i timestamp:timestamptz:2028:i timestamptz:date:1178:a
timestamptz:time:2019:a timestamptz:timestamp:2027:a timestamptz:timestamptz:1967:i timestamptz:timetz:1388:a
interval:time:1419:a interval:interval:1200:i timetz:time:2046:a timetz:timetz:1969:i bit:int8:2076:e
bit:int4:1684:e bit:bit:1685:i bit:varbit:0:i varbit:bit:0:i varbit:varbit:1687:i numeric:int8:1779:a
numeric:int2:1783:a numeric:int4:1744:a numeric:float4:1745:i numeric:float8:1746:i numeric:money:3824:a
numeric:numeric:1703:i regprocedure:int8:1288:a regprocedure:int4:0:a regprocedure:regproc:0:i regprocedure:oid:0:i
regoper:int8:1288:a regoper:int4:0:a regoper:oid:0:i regoper:regoperator:0:i regoperator:int8:1288:a
regoperator:int4:0:a regoperator:oid:0:i regoperator:regoper:0:i regclass:int8:1288:a regclass:int4:0:a
regclass:oid:0:i regtype:int8:1288:a regtype:int4:0:a regtype:oid:0:i pg_ndistinct:bytea:0:i
pg_dependencies:bytea:0:i regconfig:int8:1288:a regconfig:int4:0:a regconfig:oid:0:i regdictionary:int8:1288:a
regdictionary:int4:0:a regdictionary:oid:0:i jsonb:bool:3556:e jsonb:int8:3452:e jsonb:int2:3450:e jsonb:int4:3451:e
jsonb:float4:3453:e jsonb:float8:2580:e jsonb:numeric:3449:e int4range:int4multirange:4281:e
numrange:nummultirange:4284:e tsrange:tsmultirange:4287:e tstzrange:tstzmultirange:4290:e
daterange:datemultirange:4293:e int8range:int8multirange:4296:e regnamespace:int8:1288:a regnamespace:int4:0:a
regnamespace:oid:0:i regrole:int8:1288:a regrole:int4:0:a regrole:oid:0:i regcollation:int8:1288:a
regcollation:int4:0:a regcollation:oid:0:i pg_mcv_list:bytea:0:i xid8:xid:5071:e
`;
