"""Every analysis of the chapters by name, called as the notebooks do: tests sweep them over all schools."""

from kansen_lib.chapters import aan_de_slag, definities, interventies, oorzaken, segregatie, selectie

ANALYSES = {
    "exam_yield_by_route": lambda s, b: definities.exam_yield_by_route(s, b),
    "three_definitions": lambda s, b: definities.three_definitions(s, b),
    "diploma": lambda s, b: definities.diploma(s, b),
    "diploma_shrunken": lambda s, b: definities.diploma_shrunken(s, b),
    "exam_yield_over_time": lambda s, b: oorzaken.exam_yield_over_time(s),
    "girls_by_track": lambda s, b: oorzaken.girls_by_track(s),
    "gap_by_moment": lambda s, b: oorzaken.gap_by_moment(s),
    "levels_by_moment": lambda s, b: oorzaken.levels_by_moment(s),
    "sex_and_background": lambda s, b: oorzaken.sex_and_background(s, b),
    "variance_by_level": lambda s, b: oorzaken.variance_by_level(s, b),
    "advies_of_basisscholen": lambda s, b: selectie.advies_of_basisscholen(s),
    "brugklas_breadth": lambda s, b: selectie.brugklas_breadth(s, b),
    "toets_above_advies": lambda s, b: selectie.toets_above_advies(s, b),
    "advies_at_equal_score": lambda s, b: selectie.advies_at_equal_score(s, b),
    "position_in_leerjaar3": lambda s, b: selectie.position_in_leerjaar3(s),
    "position_under_all_rules": lambda s, b: selectie.position_under_all_rules(s),
    "tracks_over_schools": lambda s, b: segregatie.tracks_over_schools(s, b),
    "breadth_of_school": lambda s, b: segregatie.breadth_of_school(s),
    "composition": lambda s, b: segregatie.composition(s, b),
    "background_over_schools": lambda s, b: segregatie.background_over_schools(s, b),
    "background_over_classes": lambda s, b: segregatie.background_over_classes(s),
    "detectable_effect": lambda s, b: interventies.detectable_effect(s),
    "reach": lambda s, b: interventies.reach(s, "tutoring"),
    "lottery_effect": lambda s, b: interventies.lottery_effect(s, "tutoring"),
    "pupils_by_level": lambda s, b: aan_de_slag.pupils_by_level(s),
    "level_and_gap": lambda s, b: aan_de_slag.level_and_gap(s, b),
    "definitions_held": lambda s, b: aan_de_slag.definitions_held(s),
    "data_at_hand": lambda s, b: aan_de_slag.data_at_hand(s),
}
