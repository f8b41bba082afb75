;; Dates and timestamps as ISO text; fields.wat has the terms. Days are counted from 0000-03-01 (719,468 before 1970) and
;; lie from 0001-01-01 to 9999-12-31, so that years have four digits.

;; YYYY-MM-DD. Years begin in March here, the leap day is their last one.
(func $date (param $at i32) (param $days i32)
  (local $era i32) (local $dayOfEra i32) (local $yearOfEra i32) (local $dayOfYear i32) (local $month i32) (local $year i32)
  (local.set $era (i32.div_u (local.get $days) (i32.const 146097)))
  (local.set $dayOfEra (i32.sub (local.get $days) (i32.mul (local.get $era) (i32.const 146097))))
  (local.set $yearOfEra (i32.div_u
    (i32.sub
      (i32.add
        (i32.sub (local.get $dayOfEra) (i32.div_u (local.get $dayOfEra) (i32.const 1460)))
        (i32.div_u (local.get $dayOfEra) (i32.const 36524)))
      (i32.div_u (local.get $dayOfEra) (i32.const 146096)))
    (i32.const 365)))
  (local.set $dayOfYear (i32.sub (local.get $dayOfEra)
    (i32.sub
      (i32.add (i32.mul (local.get $yearOfEra) (i32.const 365)) (i32.shr_u (local.get $yearOfEra) (i32.const 2)))
      (i32.div_u (local.get $yearOfEra) (i32.const 100)))))
  (local.set $month (i32.div_u (i32.add (i32.mul (local.get $dayOfYear) (i32.const 5)) (i32.const 2)) (i32.const 153)))
  (call $pair (i32.add (local.get $at) (i32.const 8))
    (i32.add (i32.const 1) (i32.sub (local.get $dayOfYear)
      (i32.div_u (i32.add (i32.mul (local.get $month) (i32.const 153)) (i32.const 2)) (i32.const 5)))))
  (local.set $month (i32.add (local.get $month)
    (select (i32.const 3) (i32.const -9) (i32.lt_u (local.get $month) (i32.const 10)))))
  (local.set $year (i32.add (i32.add (i32.mul (local.get $era) (i32.const 400)) (local.get $yearOfEra))
    (i32.le_u (local.get $month) (i32.const 2))))
  (call $pair (local.get $at) (i32.div_u (local.get $year) (i32.const 100)))
  (call $pair (i32.add (local.get $at) (i32.const 2)) (i32.rem_u (local.get $year) (i32.const 100)))
  (i32.store8 offset=4 (local.get $at) (i32.const 45))
  (call $pair (i32.add (local.get $at) (i32.const 5)) (local.get $month))
  (i32.store8 offset=7 (local.get $at) (i32.const 45)))

;; Days since 1970.
(func (export "putDates") (param $values i32) (param $valid i32) (param $places i32) (param $row i32) (param $end i32)
  (loop $next
    (if (i32.eqz (call $putNull (local.get $valid) (local.get $places) (local.get $row))) (then
      (call $date (call $open (local.get $places) (local.get $row) (i32.const 10))
        (i32.add (i32.const 719468) (i32.load (call $word (local.get $values) (local.get $row)))))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end)))))

;; Microseconds since 1970, from 0000-03-01 on.
(func $shifted (param $values i32) (param $row i32) (result i64)
  (i64.add (i64.const 62162035200000000) (i64.load (call $long (local.get $values) (local.get $row)))))

;; YYYY-MM-DD HH:MM:SS, the point and up to six digits without trailing zeros.
(func $timestampSize (param $micros i64) (result i32) (local $fraction i32) (local $digits i32) (local $tenth i32)
  (local.set $fraction (i32.wrap_i64 (i64.rem_u (local.get $micros) (i64.const 1000000))))
  (if (i32.eqz (local.get $fraction)) (then (return (i32.const 19))))
  (local.set $digits (i32.const 6))
  (block $done
    (loop $next
      (local.set $tenth (i32.div_u (local.get $fraction) (i32.const 10)))
      (br_if $done (i32.ne (i32.mul (local.get $tenth) (i32.const 10)) (local.get $fraction)))
      (local.set $fraction (local.get $tenth))
      (local.set $digits (i32.sub (local.get $digits) (i32.const 1)))
      (br $next)))
  (i32.add (i32.const 20) (local.get $digits)))

;; `suffix` bytes stand behind each timestamp: 0, or 3 for +00.
(func (export "measureTimestamps") (param $values i32) (param $valid i32) (param $sizes i32) (param $count i32)
  (param $suffix i32) (local $row i32)
  (loop $next
    (call $grow (local.get $sizes) (local.get $row) (if (result i32) (call $null (local.get $valid) (local.get $row))
      (then (i32.const 4))
      (else (i32.add (i32.add (local.get $suffix) (i32.const 4))
        (call $timestampSize (call $shifted (local.get $values) (local.get $row)))))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $count)))))
(func (export "putTimestamps") (param $values i32) (param $valid i32) (param $places i32) (param $row i32)
  (param $end i32) (param $suffix i32)
  (local $micros i64) (local $size i32) (local $at i32) (local $days i64) (local $seconds i32) (local $fraction i32)
  (local $digits i32)
  (loop $next
    (if (i32.eqz (call $putNull (local.get $valid) (local.get $places) (local.get $row))) (then
      (local.set $micros (call $shifted (local.get $values) (local.get $row)))
      (local.set $size (call $timestampSize (local.get $micros)))
      (local.set $at (call $open (local.get $places) (local.get $row) (i32.add (local.get $size) (local.get $suffix))))
      (local.set $days (i64.div_u (local.get $micros) (i64.const 86400000000)))
      (call $date (local.get $at) (i32.wrap_i64 (local.get $days)))
      (local.set $micros (i64.sub (local.get $micros) (i64.mul (local.get $days) (i64.const 86400000000))))
      (local.set $seconds (i32.wrap_i64 (i64.div_u (local.get $micros) (i64.const 1000000))))
      (local.set $fraction (i32.wrap_i64
        (i64.sub (local.get $micros) (i64.mul (i64.extend_i32_u (local.get $seconds)) (i64.const 1000000)))))
      (i32.store8 offset=10 (local.get $at) (i32.const 32))
      (call $pair (i32.add (local.get $at) (i32.const 11)) (i32.div_u (local.get $seconds) (i32.const 3600)))
      (i32.store8 offset=13 (local.get $at) (i32.const 58))
      (call $pair (i32.add (local.get $at) (i32.const 14))
        (i32.rem_u (i32.div_u (local.get $seconds) (i32.const 60)) (i32.const 60)))
      (i32.store8 offset=16 (local.get $at) (i32.const 58))
      (call $pair (i32.add (local.get $at) (i32.const 17)) (i32.rem_u (local.get $seconds) (i32.const 60)))
      (if (local.get $fraction) (then
        (local.set $digits (i32.sub (local.get $size) (i32.const 20)))
        (i32.store8 offset=19 (local.get $at) (i32.const 46))
        (call $padded (i32.add (local.get $at) (local.get $size))
          (i64.div_u (i64.extend_i32_u (local.get $fraction))
            (call $power (i32.sub (i32.const 6) (local.get $digits))))
          (local.get $digits))))
      (if (local.get $suffix) (then
        (local.set $at (i32.add (local.get $at) (local.get $size)))
        (i32.store8 (local.get $at) (i32.const 43))
        (i32.store16 offset=1 (local.get $at) (i32.const 0x3030))))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end)))))
