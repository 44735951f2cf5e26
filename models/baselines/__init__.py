"""What the shipped tagger is measured against: taggers of other kinds, trained on the same reports, behind one interface."""
