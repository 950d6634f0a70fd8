def migrate(cr, version):
    """Leave to the school what it may edit, from now on: an update keeps it.

    The views that the mail templates call have other names now; what the school has
    written around the call stays.
    """
    cr.execute(
        """
        UPDATE ir_model_data SET noupdate = TRUE
        WHERE module = 'openeducat_student_portal'
            AND model IN ('ir.ui.menu', 'res.groups', 'res.groups.privilege')
        """
    )
    cr.execute(
        r"""
        UPDATE mail_template
        SET body_html = regexp_replace(
            body_html::text,
            'openeducat_student_portal\.portal_(invitation|login|reset)_mail',
            'openeducat_student_portal.student_portal_\1_mail',
            'g'
        )::jsonb
        WHERE body_html::text LIKE '%openeducat_student_portal.portal_%'
        """
    )
