/** pg_type of PostgreSQL 18: `oid:name`, without the row types of catalogs. */
export const TYPE_ROWS = `
16:bool 17:bytea 18:char 19:name 20:int8 21:int2 22:int2vector 23:int4 24:regproc 25:text 26:oid 27:tid 28:xid
29:cid 30:oidvector 114:json 142:xml 143:_xml 199:_json 269:table_am_handler 271:_xid8 325:index_am_handler
600:point 601:lseg 602:path 603:box 604:polygon 628:line 629:_line 650:cidr 651:_cidr 700:float4 701:float8
705:unknown 718:circle 719:_circle 774:macaddr8 775:_macaddr8 790:money 791:_money 829:macaddr 869:inet 1000:_bool
1001:_bytea 1002:_char 1003:_name 1005:_int2 1006:_int2vector 1007:_int4 1008:_regproc 1009:_text 1010:_tid
1011:_xid 1012:_cid 1013:_oidvector 1014:_bpchar 1015:_varchar 1016:_int8 1017:_point 1018:_lseg 1019:_path
1020:_box 1021:_float4 1022:_float8 1027:_polygon 1028:_oid 1033:aclitem 1034:_aclitem 1040:_macaddr 1041:_inet
1042:bpchar 1043:varchar 1082:date 1083:time 1114:timestamp 1115:_timestamp 1182:_date 1183:_time 1184:timestamptz
1185:_timestamptz 1186:interval 1187:_interval 1231:_numeric 1263:_cstring 1266:timetz 1270:_timetz 1560:bit
1561:_bit 1562:varbit 1563:_varbit 1700:numeric 1790:refcursor 2201:_refcursor 2202:regprocedure 2203:regoper
2204:regoperator 2205:regclass 2206:regtype 2207:_regprocedure 2208:_regoper 2209:_regoperator 2210:_regclass
2211:_regtype 2249:record 2275:cstring 2276:any 2277:anyarray 2278:void 2279:trigger 2280:language_handler
2281:internal 2283:anyelement 2287:_record 2776:anynonarray 2949:_txid_snapshot 2950:uuid 2951:_uuid
2970:txid_snapshot 3115:fdw_handler 3310:tsm_handler 3500:anyenum 3614:tsvector 3615:tsquery 3642:gtsvector
3643:_tsvector 3644:_gtsvector 3645:_tsquery 3734:regconfig 3735:_regconfig 3769:regdictionary 3770:_regdictionary
3802:jsonb 3807:_jsonb 3831:anyrange 3838:event_trigger 3904:int4range 3905:_int4range 3906:numrange 3907:_numrange
3908:tsrange 3909:_tsrange 3910:tstzrange 3911:_tstzrange 3912:daterange 3913:_daterange 3926:int8range
3927:_int8range 4072:jsonpath 4073:_jsonpath 4089:regnamespace 4090:_regnamespace 4096:regrole 4097:_regrole
4191:regcollation 4192:_regcollation 4451:int4multirange 4532:nummultirange 4533:tsmultirange 4534:tstzmultirange
4535:datemultirange 4536:int8multirange 4537:anymultirange 4538:anycompatiblemultirange 5069:xid8 5077:anycompatible
5078:anycompatiblearray 5079:anycompatiblenonarray 5080:anycompatiblerange 6150:_int4multirange 6151:_nummultirange
6152:_tsmultirange 6153:_tstzmultirange 6155:_datemultirange 6157:_int8multirange 12437:_cardinal_number
12438:cardinal_number 12440:_character_data 12441:character_data 12442:_sql_identifier 12443:sql_identifier
12445:_information_schema_catalog_name 12446:information_schema_catalog_name 12448:_time_stamp 12449:time_stamp
12450:_yes_or_no 12451:yes_or_no 12454:_applicable_roles 12455:applicable_roles
12459:_administrable_role_authorizations 12460:administrable_role_authorizations 12463:_attributes 12464:attributes
12468:_character_sets 12469:character_sets 12473:_check_constraint_routine_usage
12474:check_constraint_routine_usage 12478:_check_constraints 12479:check_constraints 12483:_collations
12484:collations 12488:_collation_character_set_applicability 12489:collation_character_set_applicability
12493:_column_column_usage 12494:column_column_usage 12498:_column_domain_usage 12499:column_domain_usage
12503:_column_privileges 12504:column_privileges 12508:_column_udt_usage 12509:column_udt_usage 12513:_columns
12514:columns 12518:_constraint_column_usage 12519:constraint_column_usage 12523:_constraint_table_usage
12524:constraint_table_usage 12528:_domain_constraints 12529:domain_constraints 12533:_domain_udt_usage
12534:domain_udt_usage 12537:_domains 12538:domains 12542:_enabled_roles 12543:enabled_roles 12546:_key_column_usage
12547:key_column_usage 12551:_parameters 12552:parameters 12556:_referential_constraints
12557:referential_constraints 12561:_role_column_grants 12562:role_column_grants 12565:_routine_column_usage
12566:routine_column_usage 12570:_routine_privileges 12571:routine_privileges 12575:_role_routine_grants
12576:role_routine_grants 12579:_routine_routine_usage 12580:routine_routine_usage 12584:_routine_sequence_usage
12585:routine_sequence_usage 12589:_routine_table_usage 12590:routine_table_usage 12594:_routines 12595:routines
12599:_schemata 12600:schemata 12603:_sequences 12604:sequences 12608:_sql_features 12609:sql_features
12613:_sql_implementation_info 12614:sql_implementation_info 12618:_sql_parts 12619:sql_parts 12623:_sql_sizing
12624:sql_sizing 12628:_table_constraints 12629:table_constraints 12633:_table_privileges 12634:table_privileges
12638:_role_table_grants 12639:role_table_grants 12642:_tables 12643:tables 12647:_transforms 12648:transforms
12652:_triggered_update_columns 12653:triggered_update_columns 12657:_triggers 12658:triggers 12662:_udt_privileges
12663:udt_privileges 12667:_role_udt_grants 12668:role_udt_grants 12671:_usage_privileges 12672:usage_privileges
12676:_role_usage_grants 12677:role_usage_grants 12680:_user_defined_types 12681:user_defined_types
12685:_view_column_usage 12686:view_column_usage 12690:_view_routine_usage 12691:view_routine_usage
12695:_view_table_usage 12696:view_table_usage 12700:_views 12701:views 12705:_data_type_privileges
12706:data_type_privileges 12710:_element_types 12711:element_types 12720:_column_options 12721:column_options
12728:_foreign_data_wrapper_options 12729:foreign_data_wrapper_options 12732:_foreign_data_wrappers
12733:foreign_data_wrappers 12740:_foreign_server_options 12741:foreign_server_options 12744:_foreign_servers
12745:foreign_servers 12753:_foreign_table_options 12754:foreign_table_options 12757:_foreign_tables
12758:foreign_tables 12766:_user_mapping_options 12767:user_mapping_options 12771:_user_mappings 12772:user_mappings
`;
