-- All students attend the classes of the demo's first register, in 200 more sheets.
-- Those that are made here have no creator.
WITH contact AS (
    INSERT INTO res_partner (name, active, autopost_bills)
         SELECT 'Pupil ' || number, true, 'ask' FROM generate_series(1, 500) number
      RETURNING id)
INSERT INTO op_student (partner_id, gender, active) SELECT id, 'f', true FROM contact;

WITH sheet AS (
    INSERT INTO op_attendance_sheet
                (register_id, course_id, batch_id, attendance_date, state, active)
         SELECT register.id, register.course_id, register.batch_id,
                current_date - number, 'done', true
           FROM generate_series(1, 200) number,
                (SELECT * FROM op_attendance_register ORDER BY id LIMIT 1) register
      RETURNING *)
INSERT INTO op_attendance_line
            (attendance_id, student_id, attendance_date, register_id, course_id,
             batch_id, present, active)
     SELECT sheet.id, op_student.id, sheet.attendance_date, sheet.register_id,
            sheet.course_id, sheet.batch_id, true, true
       FROM sheet, op_student;

INSERT INTO op_session
            (course_id, batch_id, faculty_id, subject_id, start_datetime,
             end_datetime, state, active, create_date, write_date)
     SELECT session.course_id, batch.id, session.faculty_id, session.subject_id,
            session.start_datetime + number * interval '1 day',
            session.end_datetime + number * interval '1 day',
            'confirm', true, now(), now()
       FROM generate_series(1, 200) number,
            (SELECT * FROM op_session WHERE state = 'confirm' LIMIT 5) session,
            (SELECT id FROM op_batch WHERE id NOT IN
                    (SELECT batch_id FROM op_session WHERE state = 'confirm')
              LIMIT 10) batch;

INSERT INTO op_assignment_sub_line
            (assignment_id, student_id, submission_date, state, active)
     SELECT op_assignment.id, op_student.id, now(), 'submit', true
       FROM op_assignment, op_student WHERE op_student.create_uid IS NULL;

INSERT INTO op_student_fees_details (student_id, amount, date, state)
     SELECT id, 100, current_date + number, 'draft'
       FROM generate_series(1, 10) number, op_student WHERE create_uid IS NULL;
