/* oxlint-disable max-lines -- a table of data */
/**
 * pg_operator of PostgreSQL 18: `oid:function:left type:right type:strategy:name`; the strategy is the operator's
 * place in the default btree class of its type (1 <, 2 <=, 3 =, 4 >=, 5 >), else 0.
 */
export const OPERATOR_ROWS = `
15:852:int4:int8:0:= 36:853:int4:int8:0:<> 37:854:int4:int8:0:< 58:56:bool:bool:1:< 59:57:bool:bool:5:>
76:855:int4:int8:0:> 80:856:int4:int8:0:<= 82:857:int4:int8:0:>= 85:84:bool:bool:0:<> 91:60:bool:bool:3:=
92:61:char:char:3:= 93:62:name:name:3:= 94:63:int2:int2:3:= 95:64:int2:int2:1:< 96:65:int4:int4:3:=
97:66:int4:int4:1:< 98:67:text:text:3:= 254:240:name:text:0:= 255:241:name:text:0:< 256:242:name:text:0:<=
257:243:name:text:0:>= 258:244:name:text:0:> 259:245:name:text:0:<> 260:247:text:name:0:= 261:248:text:name:0:<
262:249:text:name:0:<= 263:250:text:name:0:>= 264:251:text:name:0:> 265:252:text:name:0:<>
349:378:anycompatiblearray:anycompatible:0:|| 352:68:xid:xid:0:= 353:1319:xid:int4:0:=
374:379:anycompatible:anycompatiblearray:0:|| 375:383:anycompatiblearray:anycompatiblearray:0:|| 385:69:cid:cid:0:=
387:1292:tid:tid:3:= 402:1265:tid:tid:0:<> 410:467:int8:int8:3:= 411:468:int8:int8:0:<> 412:469:int8:int8:1:<
413:470:int8:int8:5:> 414:471:int8:int8:2:<= 415:472:int8:int8:4:>= 416:474:int8:int4:0:= 417:475:int8:int4:0:<>
418:476:int8:int4:0:< 419:477:int8:int4:0:> 420:478:int8:int4:0:<= 430:479:int8:int4:0:>= 433:193:box:point:0:@>
439:945:int8:int8:0:% 473:1230:-:int8:0:@ 484:462:-:int8:0:- 485:341:polygon:polygon:0:<<
486:342:polygon:polygon:0:&< 487:343:polygon:polygon:0:&> 488:344:polygon:polygon:0:>> 489:345:polygon:polygon:0:<@
490:340:polygon:polygon:0:@> 491:339:polygon:polygon:0:~= 492:346:polygon:polygon:0:&& 493:188:box:box:0:<<
494:189:box:box:0:&< 495:190:box:box:0:&> 496:191:box:box:0:>> 497:192:box:box:0:<@ 498:187:box:box:0:@>
499:186:box:box:0:~= 500:125:box:box:0:&& 501:126:box:box:0:>= 502:127:box:box:0:> 503:128:box:box:0:=
504:129:box:box:0:< 505:130:box:box:0:<= 506:131:point:point:0:>^ 507:132:point:point:0:<< 508:133:point:point:0:>>
509:134:point:point:0:<^ 510:135:point:point:0:~= 511:136:point:box:0:<@ 512:137:point:path:0:<@ 513:138:-:box:0:@@
514:141:int4:int4:0:* 517:991:point:point:0:<-> 518:144:int4:int4:0:<> 519:145:int2:int2:0:<> 520:146:int2:int2:5:>
521:147:int4:int4:5:> 522:148:int2:int2:2:<= 523:149:int4:int4:2:<= 524:151:int2:int2:4:>= 525:150:int4:int4:4:>=
526:152:int2:int2:0:* 527:153:int2:int2:0:/ 528:154:int4:int4:0:/ 529:155:int2:int2:0:% 530:156:int4:int4:0:%
531:157:text:text:0:<> 532:158:int2:int4:0:= 533:159:int4:int2:0:= 534:160:int2:int4:0:< 535:161:int4:int2:0:<
536:162:int2:int4:0:> 537:163:int4:int2:0:> 538:164:int2:int4:0:<> 539:165:int4:int2:0:<> 540:166:int2:int4:0:<=
541:167:int4:int2:0:<= 542:168:int2:int4:0:>= 543:169:int4:int2:0:>= 544:170:int2:int4:0:* 545:171:int4:int2:0:*
546:172:int2:int4:0:/ 547:173:int4:int2:0:/ 550:176:int2:int2:0:+ 551:177:int4:int4:0:+ 552:178:int2:int4:0:+
553:179:int4:int2:0:+ 554:180:int2:int2:0:- 555:181:int4:int4:0:- 556:182:int2:int4:0:- 557:183:int4:int2:0:-
558:212:-:int4:0:- 559:213:-:int2:0:- 584:206:-:float4:0:- 585:220:-:float8:0:- 586:204:float4:float4:0:+
587:205:float4:float4:0:- 588:203:float4:float4:0:/ 589:202:float4:float4:0:* 590:207:-:float4:0:@
591:218:float8:float8:0:+ 592:219:float8:float8:0:- 593:217:float8:float8:0:/ 594:216:float8:float8:0:*
595:221:-:float8:0:@ 596:230:-:float8:0:|/ 597:231:-:float8:0:||/ 606:357:box:point:0:<-> 607:184:oid:oid:3:=
608:185:oid:oid:0:<> 609:716:oid:oid:1:< 610:1638:oid:oid:5:> 611:717:oid:oid:2:<= 612:1639:oid:oid:4:>=
613:725:point:line:0:<-> 614:363:point:lseg:0:<-> 615:364:point:box:0:<-> 616:727:lseg:line:0:<->
617:365:lseg:box:0:<-> 618:371:point:path:0:<-> 620:287:float4:float4:3:= 621:288:float4:float4:0:<>
622:289:float4:float4:1:< 623:291:float4:float4:5:> 624:290:float4:float4:2:<= 625:292:float4:float4:4:>=
630:70:char:char:0:<> 631:1246:char:char:1:< 632:72:char:char:2:<= 633:73:char:char:5:> 634:74:char:char:4:>=
639:79:name:text:0:~ 640:1252:name:text:0:!~ 641:1254:text:text:0:~ 642:1256:text:text:0:!~ 643:659:name:name:0:<>
644:619:oidvector:oidvector:0:<> 645:677:oidvector:oidvector:1:< 646:681:oidvector:oidvector:5:>
647:678:oidvector:oidvector:2:<= 648:680:oidvector:oidvector:4:>= 649:679:oidvector:oidvector:3:=
654:1258:text:text:0:|| 660:655:name:name:1:< 661:656:name:name:2:<= 662:657:name:name:5:> 663:658:name:name:4:>=
664:740:text:text:1:< 665:741:text:text:2:<= 666:742:text:text:5:> 667:743:text:text:4:>= 670:293:float8:float8:3:=
671:294:float8:float8:0:<> 672:295:float8:float8:1:< 673:296:float8:float8:2:<= 674:297:float8:float8:5:>
675:298:float8:float8:4:>= 682:1253:-:int2:0:@ 684:463:int8:int8:0:+ 685:464:int8:int8:0:- 686:465:int8:int8:0:*
687:466:int8:int8:0:/ 688:1274:int8:int4:0:+ 689:1275:int8:int4:0:- 690:1276:int8:int4:0:* 691:1277:int8:int4:0:/
692:1278:int4:int8:0:+ 693:1279:int4:int8:0:- 694:1280:int4:int8:0:* 695:1281:int4:int8:0:/ 706:978:box:box:0:<->
707:370:path:path:0:<-> 708:239:line:line:0:<-> 709:361:lseg:lseg:0:<-> 712:729:polygon:polygon:0:<->
713:988:point:point:0:<> 731:1441:point:point:0:+ 732:1442:point:point:0:- 733:1443:point:point:0:*
734:1444:point:point:0:/ 735:1435:path:path:0:+ 736:1436:path:point:0:+ 737:1437:path:point:0:-
738:1438:path:point:0:* 739:1439:path:point:0:/ 755:1426:path:point:0:@> 756:1429:point:polygon:0:<@
757:1428:polygon:point:0:@> 758:1478:point:circle:0:<@ 759:1477:circle:point:0:@> 760:702:line:point:0:<->
761:380:lseg:point:0:<-> 762:704:line:lseg:0:<-> 763:381:box:lseg:0:<-> 773:1251:-:int4:0:@ 784:421:path:point:0:<->
792:984:path:path:0:= 793:982:path:path:0:< 794:983:path:path:0:> 795:985:path:path:0:<= 796:986:path:path:0:>=
797:1432:-:path:0:# 798:973:path:path:0:?# 799:987:-:path:0:@-@ 800:115:box:box:0:>^ 801:116:box:box:0:<^
802:125:box:box:0:?# 803:980:box:box:0:# 804:1422:box:point:0:+ 805:1423:box:point:0:- 806:1424:box:point:0:*
807:1425:box:point:0:/ 808:990:point:point:0:?- 809:989:point:point:0:?| 818:837:int8:int2:0:+ 819:838:int8:int2:0:-
820:839:int8:int2:0:* 821:840:int8:int2:0:/ 822:841:int2:int8:0:+ 823:942:int2:int8:0:- 824:943:int2:int8:0:*
825:948:int2:int8:0:/ 843:846:money:float4:0:* 844:847:money:float4:0:/ 845:848:float4:money:0:*
900:888:money:money:3:= 901:889:money:money:0:<> 902:890:money:money:1:< 903:892:money:money:5:>
904:891:money:money:2:<= 905:893:money:money:4:>= 906:894:money:money:0:+ 907:895:money:money:0:-
908:896:money:float8:0:* 909:897:money:float8:0:/ 912:864:money:int4:0:* 913:865:money:int4:0:/
914:866:money:int2:0:* 915:867:money:int2:0:/ 916:919:float8:money:0:* 917:862:int4:money:0:* 918:863:int2:money:0:*
931:927:inet:inet:0:<< 932:928:inet:inet:0:<<= 933:929:inet:inet:0:>> 934:930:inet:inet:0:>>=
965:232:float8:float8:0:^ 966:1035:_aclitem:aclitem:0:+ 967:1036:_aclitem:aclitem:0:- 968:1037:_aclitem:aclitem:0:@>
969:225:-:lseg:0:@@ 971:227:-:polygon:0:@@ 974:1062:aclitem:aclitem:0:= 1038:1739:numeric:numeric:0:^
1054:1048:bpchar:bpchar:3:= 1055:1658:bpchar:text:0:~ 1056:1659:bpchar:text:0:!~ 1057:1053:bpchar:bpchar:0:<>
1058:1049:bpchar:bpchar:1:< 1059:1050:bpchar:bpchar:2:<= 1060:1051:bpchar:bpchar:5:> 1061:1052:bpchar:bpchar:4:>=
1070:744:anyarray:anyarray:3:= 1071:390:anyarray:anyarray:0:<> 1072:391:anyarray:anyarray:1:<
1073:392:anyarray:anyarray:5:> 1074:393:anyarray:anyarray:2:<= 1075:396:anyarray:anyarray:4:>=
1076:2071:date:interval:0:+ 1077:2072:date:interval:0:- 1093:1086:date:date:3:= 1094:1091:date:date:0:<>
1095:1087:date:date:1:< 1096:1088:date:date:2:<= 1097:1089:date:date:5:> 1098:1090:date:date:4:>=
1099:1140:date:date:0:- 1100:1141:date:int4:0:+ 1101:1142:date:int4:0:- 1108:1145:time:time:3:=
1109:1106:time:time:0:<> 1110:1102:time:time:1:< 1111:1103:time:time:2:<= 1112:1104:time:time:5:>
1113:1105:time:time:4:>= 1116:281:float4:float8:0:+ 1117:282:float4:float8:0:- 1118:280:float4:float8:0:/
1119:279:float4:float8:0:* 1120:299:float4:float8:0:= 1121:300:float4:float8:0:<> 1122:301:float4:float8:0:<
1123:303:float4:float8:0:> 1124:302:float4:float8:0:<= 1125:304:float4:float8:0:>= 1126:285:float8:float4:0:+
1127:286:float8:float4:0:- 1128:284:float8:float4:0:/ 1129:283:float8:float4:0:* 1130:305:float8:float4:0:=
1131:306:float8:float4:0:<> 1132:307:float8:float4:0:< 1133:309:float8:float4:0:> 1134:308:float8:float4:0:<=
1135:310:float8:float4:0:>= 1201:920:inet:inet:3:= 1202:925:inet:inet:0:<> 1203:921:inet:inet:1:<
1204:922:inet:inet:2:<= 1205:923:inet:inet:5:> 1206:924:inet:inet:4:>= 1207:858:name:text:0:~~
1208:859:name:text:0:!~~ 1209:850:text:text:0:~~ 1210:851:text:text:0:!~~ 1211:1631:bpchar:text:0:~~
1212:1632:bpchar:text:0:!~~ 1220:830:macaddr:macaddr:3:= 1221:835:macaddr:macaddr:0:<> 1222:831:macaddr:macaddr:1:<
1223:832:macaddr:macaddr:2:<= 1224:833:macaddr:macaddr:5:> 1225:834:macaddr:macaddr:4:>= 1226:1240:name:text:0:~*
1227:1241:name:text:0:!~* 1228:1238:text:text:0:~* 1229:1239:text:text:0:!~* 1234:1656:bpchar:text:0:~*
1235:1657:bpchar:text:0:!~* 1320:1152:timestamptz:timestamptz:3:= 1321:1153:timestamptz:timestamptz:0:<>
1322:1154:timestamptz:timestamptz:1:< 1323:1155:timestamptz:timestamptz:2:<= 1324:1157:timestamptz:timestamptz:5:>
1325:1156:timestamptz:timestamptz:4:>= 1327:1189:timestamptz:interval:0:+ 1328:1188:timestamptz:timestamptz:0:-
1329:1190:timestamptz:interval:0:- 1330:1162:interval:interval:3:= 1331:1163:interval:interval:0:<>
1332:1164:interval:interval:1:< 1333:1165:interval:interval:2:<= 1334:1167:interval:interval:5:>
1335:1166:interval:interval:4:>= 1336:1168:-:interval:0:- 1337:1169:interval:interval:0:+
1338:1170:interval:interval:0:- 1360:1272:date:time:0:+ 1361:1297:date:timetz:0:+ 1363:1296:time:date:0:+
1366:1298:timetz:date:0:+ 1383:785:polygon:circle:0:<-> 1399:1690:time:time:0:- 1420:1472:-:circle:0:@@
1500:1462:circle:circle:0:= 1501:1463:circle:circle:0:<> 1502:1464:circle:circle:0:< 1503:1465:circle:circle:0:>
1504:1466:circle:circle:0:<= 1505:1467:circle:circle:0:>= 1506:1454:circle:circle:0:<< 1507:1455:circle:circle:0:&<
1508:1456:circle:circle:0:&> 1509:1457:circle:circle:0:>> 1510:1458:circle:circle:0:<@ 1511:1453:circle:circle:0:@>
1512:1452:circle:circle:0:~= 1513:1459:circle:circle:0:&& 1514:1461:circle:circle:0:|>>
1515:1460:circle:circle:0:<<| 1516:1146:circle:point:0:+ 1517:1147:circle:point:0:- 1518:1148:circle:point:0:*
1519:1149:circle:point:0:/ 1520:1471:circle:circle:0:<-> 1521:1445:-:polygon:0:# 1522:1476:point:circle:0:<->
1523:728:circle:polygon:0:<-> 1525:994:lseg:lseg:0:?# 1526:995:lseg:lseg:0:?|| 1527:996:lseg:lseg:0:?-|
1528:998:-:lseg:0:?- 1529:997:-:lseg:0:?| 1535:999:lseg:lseg:0:= 1536:362:lseg:lseg:0:# 1537:277:lseg:line:0:?#
1538:373:lseg:box:0:?# 1539:278:line:box:0:?# 1546:959:point:line:0:<@ 1547:369:point:lseg:0:<@
1548:960:lseg:line:0:<@ 1549:372:lseg:box:0:<@ 1550:1352:timetz:timetz:3:= 1551:1353:timetz:timetz:0:<>
1552:1354:timetz:timetz:1:< 1553:1355:timetz:timetz:2:<= 1554:1357:timetz:timetz:5:> 1555:1356:timetz:timetz:4:>=
1557:961:point:line:0:## 1558:366:point:lseg:0:## 1559:367:point:box:0:## 1567:368:lseg:box:0:##
1577:1488:line:lseg:0:## 1578:1489:lseg:lseg:0:## 1583:1618:interval:float8:0:* 1584:1624:float8:interval:0:*
1585:1326:interval:float8:0:/ 1586:1482:lseg:lseg:0:<> 1587:1483:lseg:lseg:0:< 1588:1484:lseg:lseg:0:<=
1589:1485:lseg:lseg:0:> 1590:1486:lseg:lseg:0:>= 1591:1487:-:lseg:0:@-@ 1611:1495:line:line:0:?#
1612:1496:line:line:0:?|| 1613:1497:line:line:0:?-| 1614:1499:-:line:0:?- 1615:1498:-:line:0:?|
1616:1492:line:line:0:= 1617:1494:line:line:0:# 1625:1635:name:text:0:~~* 1626:1636:name:text:0:!~~*
1627:1633:text:text:0:~~* 1628:1634:text:text:0:!~~* 1629:1660:bpchar:text:0:~~* 1630:1661:bpchar:text:0:!~~*
1694:1691:bool:bool:2:<= 1695:1692:bool:bool:4:>= 1751:1771:-:numeric:0:- 1752:1718:numeric:numeric:3:=
1753:1719:numeric:numeric:0:<> 1754:1722:numeric:numeric:1:< 1755:1723:numeric:numeric:2:<=
1756:1720:numeric:numeric:5:> 1757:1721:numeric:numeric:4:>= 1758:1724:numeric:numeric:0:+
1759:1725:numeric:numeric:0:- 1760:1726:numeric:numeric:0:* 1761:1727:numeric:numeric:0:/
1762:1729:numeric:numeric:0:% 1763:1704:-:numeric:0:@ 1784:1581:bit:bit:3:= 1785:1582:bit:bit:0:<>
1786:1595:bit:bit:1:< 1787:1593:bit:bit:5:> 1788:1594:bit:bit:2:<= 1789:1592:bit:bit:4:>= 1791:1673:bit:bit:0:&
1792:1674:bit:bit:0:| 1793:1675:bit:bit:0:# 1794:1676:-:bit:0:~ 1795:1677:bit:int4:0:<< 1796:1678:bit:int4:0:>>
1797:1679:varbit:varbit:0:|| 1800:1747:time:interval:0:+ 1801:1748:time:interval:0:- 1802:1749:timetz:interval:0:+
1803:1750:timetz:interval:0:- 1804:1666:varbit:varbit:3:= 1805:1667:varbit:varbit:0:<> 1806:1671:varbit:varbit:1:<
1807:1669:varbit:varbit:5:> 1808:1670:varbit:varbit:2:<= 1809:1668:varbit:varbit:4:>= 1849:1848:interval:time:0:+
1862:1850:int2:int8:0:= 1863:1851:int2:int8:0:<> 1864:1852:int2:int8:0:< 1865:1853:int2:int8:0:>
1866:1854:int2:int8:0:<= 1867:1855:int2:int8:0:>= 1868:1856:int8:int2:0:= 1869:1857:int8:int2:0:<>
1870:1858:int8:int2:0:< 1871:1859:int8:int2:0:> 1872:1860:int8:int2:0:<= 1873:1861:int8:int2:0:>=
1874:1892:int2:int2:0:& 1875:1893:int2:int2:0:| 1876:1894:int2:int2:0:# 1877:1895:-:int2:0:~
1878:1896:int2:int4:0:<< 1879:1897:int2:int4:0:>> 1880:1898:int4:int4:0:& 1881:1899:int4:int4:0:|
1882:1900:int4:int4:0:# 1883:1901:-:int4:0:~ 1884:1902:int4:int4:0:<< 1885:1903:int4:int4:0:>>
1886:1904:int8:int8:0:& 1887:1905:int8:int8:0:| 1888:1906:int8:int8:0:# 1889:1907:-:int8:0:~
1890:1908:int8:int4:0:<< 1891:1909:int8:int4:0:>> 1916:1910:-:int8:0:+ 1917:1911:-:int2:0:+ 1918:1912:-:int4:0:+
1919:1913:-:float4:0:+ 1920:1914:-:float8:0:+ 1921:1915:-:numeric:0:+ 1955:1948:bytea:bytea:3:=
1956:1953:bytea:bytea:0:<> 1957:1949:bytea:bytea:1:< 1958:1950:bytea:bytea:2:<= 1959:1951:bytea:bytea:5:>
1960:1952:bytea:bytea:4:>= 2016:2005:bytea:bytea:0:~~ 2017:2006:bytea:bytea:0:!~~ 2018:2011:bytea:bytea:0:||
2060:2052:timestamp:timestamp:3:= 2061:2053:timestamp:timestamp:0:<> 2062:2054:timestamp:timestamp:1:<
2063:2055:timestamp:timestamp:2:<= 2064:2057:timestamp:timestamp:5:> 2065:2056:timestamp:timestamp:4:>=
2066:2032:timestamp:interval:0:+ 2067:2031:timestamp:timestamp:0:- 2068:2033:timestamp:interval:0:-
2314:2160:text:text:0:~<~ 2315:2161:text:text:0:~<=~ 2317:2163:text:text:0:~>=~ 2318:2164:text:text:0:~>~
2326:2174:bpchar:bpchar:0:~<~ 2327:2175:bpchar:bpchar:0:~<=~ 2329:2177:bpchar:bpchar:0:~>=~
2330:2178:bpchar:bpchar:0:~>~ 2345:2338:date:timestamp:0:< 2346:2339:date:timestamp:0:<=
2347:2340:date:timestamp:0:= 2348:2342:date:timestamp:0:>= 2349:2341:date:timestamp:0:>
2350:2343:date:timestamp:0:<> 2358:2351:date:timestamptz:0:< 2359:2352:date:timestamptz:0:<=
2360:2353:date:timestamptz:0:= 2361:2355:date:timestamptz:0:>= 2362:2354:date:timestamptz:0:>
2363:2356:date:timestamptz:0:<> 2371:2364:timestamp:date:0:< 2372:2365:timestamp:date:0:<=
2373:2366:timestamp:date:0:= 2374:2368:timestamp:date:0:>= 2375:2367:timestamp:date:0:>
2376:2369:timestamp:date:0:<> 2384:2377:timestamptz:date:0:< 2385:2378:timestamptz:date:0:<=
2386:2379:timestamptz:date:0:= 2387:2381:timestamptz:date:0:>= 2388:2380:timestamptz:date:0:>
2389:2382:timestamptz:date:0:<> 2534:2520:timestamp:timestamptz:0:< 2535:2521:timestamp:timestamptz:0:<=
2536:2522:timestamp:timestamptz:0:= 2537:2524:timestamp:timestamptz:0:>= 2538:2523:timestamp:timestamptz:0:>
2539:2525:timestamp:timestamptz:0:<> 2540:2527:timestamptz:timestamp:0:< 2541:2528:timestamptz:timestamp:0:<=
2542:2529:timestamptz:timestamp:0:= 2543:2531:timestamptz:timestamp:0:>= 2544:2530:timestamptz:timestamp:0:>
2545:2532:timestamptz:timestamp:0:<> 2551:2546:interval:date:0:+ 2552:2547:interval:timetz:0:+
2553:2548:interval:timestamp:0:+ 2554:2549:interval:timestamptz:0:+ 2555:2550:int4:date:0:+ 2570:2562:box:box:0:<<|
2571:2563:box:box:0:&<| 2572:2564:box:box:0:|&> 2573:2565:box:box:0:|>> 2574:2566:polygon:polygon:0:<<|
2575:2567:polygon:polygon:0:&<| 2576:2568:polygon:polygon:0:|&> 2577:2569:polygon:polygon:0:|>>
2589:2587:circle:circle:0:&<| 2590:2588:circle:circle:0:|&> 2634:2627:-:inet:0:~ 2635:2628:inet:inet:0:&
2636:2629:inet:inet:0:| 2637:2630:inet:int8:0:+ 2638:2631:int8:inet:0:+ 2639:2632:inet:int8:0:-
2640:2633:inet:inet:0:- 2750:2747:anyarray:anyarray:0:&& 2751:2748:anyarray:anyarray:0:@>
2752:2749:anyarray:anyarray:0:<@ 2779:2003:text:anynonarray:0:|| 2780:2004:anynonarray:text:0:||
2799:2791:tid:tid:1:< 2800:2790:tid:tid:5:> 2801:2793:tid:tid:2:<= 2802:2792:tid:tid:4:>=
2860:4244:anymultirange:anymultirange:3:= 2861:4245:anymultirange:anymultirange:0:<>
2862:4274:anymultirange:anymultirange:1:< 2863:4275:anymultirange:anymultirange:2:<=
2864:4276:anymultirange:anymultirange:4:>= 2865:4277:anymultirange:anymultirange:5:>
2866:4246:anyrange:anymultirange:0:&& 2867:4247:anymultirange:anyrange:0:&&
2868:4248:anymultirange:anymultirange:0:&& 2869:4249:anymultirange:anyelement:0:@>
2870:4250:anymultirange:anyrange:0:@> 2871:4251:anymultirange:anymultirange:0:@>
2872:4252:anyelement:anymultirange:0:<@ 2873:4253:anyrange:anymultirange:0:<@
2874:4254:anymultirange:anymultirange:0:<@ 2875:4264:anyrange:anymultirange:0:&<
2876:4265:anymultirange:anyrange:0:&< 2877:4266:anymultirange:anymultirange:0:&< 2972:2956:uuid:uuid:3:=
2973:2959:uuid:uuid:0:<> 2974:2954:uuid:uuid:1:< 2975:2958:uuid:uuid:5:> 2976:2955:uuid:uuid:2:<=
2977:2957:uuid:uuid:4:>= 2988:2981:record:record:3:= 2989:2982:record:record:0:<> 2990:2983:record:record:1:<
2991:2984:record:record:5:> 2992:2985:record:record:2:<= 2993:2986:record:record:4:>= 3147:3144:-:macaddr:0:~
3148:3145:macaddr:macaddr:0:& 3149:3146:macaddr:macaddr:0:| 3188:3181:record:record:0:*=
3189:3182:record:record:0:*<> 3190:3183:record:record:0:*< 3191:3184:record:record:0:*>
3192:3185:record:record:0:*<= 3193:3186:record:record:0:*>= 3206:3940:jsonb:_text:0:#>> 3211:3478:jsonb:text:0:->
3212:3215:jsonb:int4:0:-> 3213:3217:jsonb:_text:0:#> 3222:3233:pg_lsn:pg_lsn:3:= 3223:3236:pg_lsn:pg_lsn:0:<>
3224:3231:pg_lsn:pg_lsn:1:< 3225:3235:pg_lsn:pg_lsn:5:> 3226:3232:pg_lsn:pg_lsn:2:<= 3227:3234:pg_lsn:pg_lsn:4:>=
3228:3237:pg_lsn:pg_lsn:0:- 3240:4043:jsonb:jsonb:3:= 3241:4038:jsonb:jsonb:0:<> 3242:4039:jsonb:jsonb:1:<
3243:4040:jsonb:jsonb:5:> 3244:4041:jsonb:jsonb:2:<= 3245:4042:jsonb:jsonb:4:>= 3246:4046:jsonb:jsonb:0:@>
3247:4047:jsonb:text:0:? 3248:4048:jsonb:_text:0:?| 3249:4049:jsonb:_text:0:?& 3250:4050:jsonb:jsonb:0:<@
3276:3275:point:polygon:0:<-> 3284:3301:jsonb:jsonb:0:|| 3285:3302:jsonb:text:0:- 3286:3303:jsonb:int4:0:-
3287:3304:jsonb:_text:0:#- 3289:3292:polygon:point:0:<-> 3291:3290:circle:point:0:<-> 3315:3308:xid:xid:0:<>
3316:3309:xid:int4:0:<> 3346:3344:money:int8:0:* 3347:3345:money:int8:0:/ 3349:3399:int8:money:0:*
3362:4113:macaddr8:macaddr8:3:= 3363:4118:macaddr8:macaddr8:0:<> 3364:4114:macaddr8:macaddr8:1:<
3365:4115:macaddr8:macaddr8:2:<= 3366:4116:macaddr8:macaddr8:5:> 3367:4117:macaddr8:macaddr8:4:>=
3368:4120:-:macaddr8:0:~ 3369:4121:macaddr8:macaddr8:0:& 3370:4122:macaddr8:macaddr8:0:| 3398:3343:jsonb:_text:0:-
3477:3214:jsonb:text:0:->> 3481:3216:jsonb:int4:0:->> 3516:3508:anyenum:anyenum:3:= 3517:3509:anyenum:anyenum:0:<>
3518:3510:anyenum:anyenum:1:< 3519:3511:anyenum:anyenum:5:> 3520:3512:anyenum:anyenum:2:<=
3521:3513:anyenum:anyenum:4:>= 3552:3551:inet:inet:0:&& 3585:4267:anyrange:anymultirange:0:&>
3627:3616:tsvector:tsvector:1:< 3628:3617:tsvector:tsvector:2:<= 3629:3618:tsvector:tsvector:3:=
3630:3619:tsvector:tsvector:0:<> 3631:3620:tsvector:tsvector:4:>= 3632:3621:tsvector:tsvector:5:>
3633:3625:tsvector:tsvector:0:|| 3636:3634:tsvector:tsquery:0:@@ 3637:3635:tsquery:tsvector:0:@@
3660:3634:tsvector:tsquery:0:@@@ 3661:3635:tsquery:tsvector:0:@@@ 3674:3662:tsquery:tsquery:1:<
3675:3663:tsquery:tsquery:2:<= 3676:3664:tsquery:tsquery:3:= 3677:3665:tsquery:tsquery:0:<>
3678:3666:tsquery:tsquery:4:>= 3679:3667:tsquery:tsquery:5:> 3680:3669:tsquery:tsquery:0:&&
3681:3670:tsquery:tsquery:0:|| 3682:3671:-:tsquery:0:!! 3693:3691:tsquery:tsquery:0:@>
3694:3692:tsquery:tsquery:0:<@ 3762:3760:text:text:0:@@ 3763:3761:text:tsquery:0:@@ 3825:3822:money:money:0:/
3877:3696:text:text:0:^@ 3882:3855:anyrange:anyrange:3:= 3883:3856:anyrange:anyrange:0:<>
3884:3871:anyrange:anyrange:1:< 3885:3872:anyrange:anyrange:2:<= 3886:3873:anyrange:anyrange:4:>=
3887:3874:anyrange:anyrange:5:> 3888:3857:anyrange:anyrange:0:&& 3889:3858:anyrange:anyelement:0:@>
3890:3859:anyrange:anyrange:0:@> 3891:3860:anyelement:anyrange:0:<@ 3892:3861:anyrange:anyrange:0:<@
3893:3863:anyrange:anyrange:0:<< 3894:3864:anyrange:anyrange:0:>> 3895:3865:anyrange:anyrange:0:&<
3896:3866:anyrange:anyrange:0:&> 3897:3862:anyrange:anyrange:0:-|- 3898:3867:anyrange:anyrange:0:+
3899:3869:anyrange:anyrange:0:- 3900:3868:anyrange:anyrange:0:* 3962:3947:json:text:0:-> 3963:3948:json:text:0:->>
3964:3949:json:int4:0:-> 3965:3950:json:int4:0:->> 3966:3951:json:_text:0:#> 3967:3953:json:_text:0:#>>
4012:4010:jsonb:jsonpath:0:@? 4013:4011:jsonb:jsonpath:0:@@ 4035:4268:anymultirange:anyrange:0:&>
4142:4269:anymultirange:anymultirange:0:&> 4161:131:point:point:0:|>> 4162:134:point:point:0:<<|
4179:4255:anyrange:anymultirange:0:-|- 4180:4257:anymultirange:anyrange:0:-|-
4198:4256:anymultirange:anymultirange:0:-|- 4392:4270:anymultirange:anymultirange:0:+
4393:4271:anymultirange:anymultirange:0:- 4394:4272:anymultirange:anymultirange:0:*
4395:4258:anyrange:anymultirange:0:<< 4396:4259:anymultirange:anyrange:0:<<
4397:4260:anymultirange:anymultirange:0:<< 4398:4261:anyrange:anymultirange:0:>>
4399:4262:anymultirange:anyrange:0:>> 4400:4263:anymultirange:anymultirange:0:>>
4539:4541:anyrange:anymultirange:0:@> 4540:4542:anymultirange:anyrange:0:<@ 5005:5003:tsquery:tsquery:0:<->
5025:5022:pg_lsn:numeric:0:+ 5026:5023:numeric:pg_lsn:0:+ 5027:5024:pg_lsn:numeric:0:- 5068:5084:xid8:xid8:3:=
5072:5085:xid8:xid8:0:<> 5073:5034:xid8:xid8:1:< 5074:5035:xid8:xid8:5:> 5075:5036:xid8:xid8:2:<=
5076:5037:xid8:xid8:4:>=
`;
