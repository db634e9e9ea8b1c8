# scdoc writes a paragraph mark after every block, also where mandoc warns of it: before and after headings, and at the
# end of an indented block. Leaves those out and keeps the ones that part text from text.
/^\.P$/ { pending = 1; next }
/^\.(SH|SS) / { pending = 0; print; fresh = 1; next }
/^\.RE$/ { print; next }
{
  if (pending && !fresh && !/^\.(RS|TH)/) print ".P"
  pending = 0
  fresh = 0
  print
}
